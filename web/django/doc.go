// Package django holds a Django app, in Python. Its tests follow the README.
package django
