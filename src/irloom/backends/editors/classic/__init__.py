"""The embedded editor: image processing on annotated objects, with no model."""
