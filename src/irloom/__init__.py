"""irloom: multimodal data for scarce image domains, made by agents that debate."""

__version__ = "0.1.0"
