"""Writers of the forms that training tools read."""
