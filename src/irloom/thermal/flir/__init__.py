"""FLIR's radiometric files: JPEGs that carry the raw counts, and how the camera was set."""
