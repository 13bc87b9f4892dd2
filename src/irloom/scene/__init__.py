"""What annotations say of a scene: boxes and how they lie to each other, and names of objects in English."""
