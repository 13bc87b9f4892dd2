"""Editors of images, each by an instruction of its own."""
