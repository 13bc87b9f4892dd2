"""The CIR flow."""
