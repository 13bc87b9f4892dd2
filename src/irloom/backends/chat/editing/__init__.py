"""The embedded proposer: answers the prompts of the CIR flow that need no eyes, from boxes and captions."""
