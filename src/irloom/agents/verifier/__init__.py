"""Verifies an edit in two stages: was it carried out, and is all else as it was."""
