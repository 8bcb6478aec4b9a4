package server

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// strictness is what an installed server asks of its settings before it starts
// for the first time: the province's name goes into a certificate that lasts
// for ever, and a server without names can be reached from its own machine
// alone.
type strictness struct {
	named bool // province and names must be set
	only  bool // end after checking
}

// judge returns what is wrong with the settings, or errPrinted when checking
// them was all that was asked for.
func (s strictness) judge(c *Config) error {
	if !s.named && !s.only {
		return nil
	}
	var errs []error
	if c.Province == DefaultConfig().Province {
		errs = append(errs, errors.New("province: chưa đặt tên tỉnh (the province's name is not set)"))
	}
	if len(c.Names) == 0 {
		errs = append(errs, errors.New("names: chưa đặt tên máy chủ (the server's names are not set)"))
	}
	for _, path := range []string{c.BrowserCertificate, c.BrowserKey} {
		if path == "" {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			errs = append(errs, err)
		}
	}
	if _, err := readProviders(c.SigningProviders, time.Now); err != nil {
		errs = append(errs, fmt.Errorf("signing_providers: %w", err))
	}
	if _, err := (&keyAccounts{path: c.SigningAccounts}).of(""); err != nil {
		errs = append(errs, fmt.Errorf("signing_accounts: %w", err))
	}
	if len(errs) == 0 && s.only {
		return errPrinted
	}
	return errors.Join(errs...)
}
