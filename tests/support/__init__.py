"""What several tests build on: a chat server, small COCO data, a way to kill a run."""
