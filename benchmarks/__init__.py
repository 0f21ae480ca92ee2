"""What the house can carry, measured beside what people would use instead."""
