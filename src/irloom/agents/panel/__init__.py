"""Has several judges label the sentences of a text about a picture, and counts their votes."""
