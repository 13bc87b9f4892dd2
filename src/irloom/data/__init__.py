"""Package data (lexicon, temperatures, rules, profiles, demo), each replaceable by an option."""
