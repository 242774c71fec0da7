// Replaced as soon as the first part of this target exists.
