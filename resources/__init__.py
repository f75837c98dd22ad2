"""What the program ships beside its code: data, scenario rules, the published schema."""
