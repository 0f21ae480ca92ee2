"""What people would use instead, each as its own documentation shows it.

Started as `PROGRAM PORT FILE tell|greet`: FILE is the text of an event, the same bytes as ours has.
A message "n" has it told n times to everybody; with "greet" who comes is told it at once.
"""
