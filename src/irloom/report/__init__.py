"""Reports: one HTML file that shows a run and says what came out."""
