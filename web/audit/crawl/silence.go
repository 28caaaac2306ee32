package crawl

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// plainly says in a few words why a server did not answer.
func plainly(err error) string {
	unknown := (*net.DNSError)(nil)
	certificate := (*tls.CertificateVerificationError)(nil)
	failed := net.Error(nil)
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return fmt.Sprintf("the host %s is not known", unknown.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody answers there"
	case errors.As(err, &certificate):
		return fmt.Sprintf("its certificate is not valid (%v)", certificate.Err)
	case errors.As(err, &failed) && failed.Timeout():
		return "it did not answer in time"
	}
	return err.Error()
}
