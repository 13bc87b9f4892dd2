"""Temperatures a pixel: files of thermal cameras, and pictures made of them."""
