"""Runs plot code that a model wrote where it can read no data, write nothing and reach nobody."""
