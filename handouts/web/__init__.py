"""The clinic's page: answer a browser on this machine with leaflets (`serve`).

Here belong the server, its safety, its pages and its interface for programs. No rule and no layout
of leaflets belong here: a request is read, made and refused by the rooms below, as for a command.
Nothing about a patient is kept: name and note come in the body of a request and leave with the
answer. It needs the extra `handouts[web]`.
"""
