"""Pictures of a part of the graph: what stands in the boxes, where they stand, and how they are drawn."""
