"""The commands of `handout`, a module each; each is imported only when it is called."""
