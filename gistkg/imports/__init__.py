"""Tables of other knowledgebases, read beside the graph: what agrees, what contradicts, and what stays unmatched."""
