package bundle

// InOrder returns the names of a bundle's files in the order in which they are written.
func InOrder(b *Bundle) []string { return b.inOrder() }
