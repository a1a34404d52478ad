"""What all tabs share: the school's profile, terms, places, people, departments, classes."""
