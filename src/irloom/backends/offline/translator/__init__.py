"""The embedded translator: annotations as temperatures, seen by a simulated sensor."""
