"""A believable company to try Fieldbook with: `fieldbook-server demo`.

`territory.generate` tells half a year of it as steps, from a seed; `batching` makes them
changesets; `loading.load` puts them into an empty store; `people` says who can sign in.
"""
