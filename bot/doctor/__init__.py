"""What `styleseal doctor` looks at: one module for each examination, and a table of them. Nothing here changes
anything, loads a model, or says a token.
"""
