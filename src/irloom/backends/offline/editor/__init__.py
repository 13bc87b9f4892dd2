"""The embedded image editor, by image processing on annotated objects."""
