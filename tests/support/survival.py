"""Measure how much ink of a print a copy still shows: `survival`."""

from PIL import Image, ImageChops, ImageFilter

INK = 140
"""What is darker than this, of 255, is ink: lines, in whatever colour."""


def survival(print_: Image.Image, copy: Image.Image, ink: int = INK) -> float:
    """Give the share of the ink of a print that a copy still shows, there or a pixel beside."""
    lines = print_.point(lambda grey: 255 if grey < ink else 0)
    kept = copy.filter(ImageFilter.MinFilter(3)).point(lambda grey: 255 - grey)
    return share_of_white(ImageChops.darker(lines, kept)) / share_of_white(lines)


def share_of_white(image: Image.Image) -> float:
    """Give the share of white pixels."""
    return image.histogram()[255] / (image.width * image.height)
