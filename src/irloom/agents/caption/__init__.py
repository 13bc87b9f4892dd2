"""The Caption Agent: infrared image, filtered captions, and the one that fits the image best."""
