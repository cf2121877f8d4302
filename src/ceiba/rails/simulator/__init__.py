"""A bank that does not exist: it takes order files and answers as banks do, also wrongly. Tests, training, demos."""
