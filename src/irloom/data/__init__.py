"""Package data: lexicon, temperatures, starting rules, profiles and the demo; each replaceable by an option."""
