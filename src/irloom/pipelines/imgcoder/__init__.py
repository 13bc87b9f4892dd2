"""The ImgCoder flow."""
