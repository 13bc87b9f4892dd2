"""The infrared flow."""
