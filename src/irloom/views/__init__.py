"""How samples are told: blocks that every flow fills, and their renderers, which know no flow."""
