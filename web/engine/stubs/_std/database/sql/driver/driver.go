// Package driver is a stand-in for database/sql/driver, from which
// github.com/google/uuid takes one type.
package driver

// A Value is what a database stores.
type Value any
