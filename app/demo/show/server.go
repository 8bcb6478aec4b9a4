package show

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"khonggiay/app/demo"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
)

// serverConfig are the settings of the demonstration's server: this machine
// only, no monitoring port, no gigabytes kept free, and the demonstration's own
// authority for time-stamps and revocation lists.
func (s *stand) serverConfig() string {
	return fmt.Sprintf("province = Tỉnh Minh Giang\nlisten = 127.0.0.1:%d\nnames = 127.0.0.1, localhost\nops_listen =\nmin_free_mib = 64\nsession_idle = 12h\n"+
		"signing_online = true\nsigning_allow = 127.0.0.1\nsigning_tsa = %s\n", s.state.Port, s.signing.tsa)
}

func (s *stand) serverData() string { return filepath.Join(s.Dir, serverDir) }

func (s *stand) startServer(ctx context.Context) error {
	s.say(s.words.startServer, s.state.Port)
	err := os.WriteFile(filepath.Join(s.serverData(), server.ConfigFile), []byte(s.serverConfig()), 0o600)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	p, err := s.procs.run("khonggiay-server", filepath.Join(s.Dir, "server.log"), s.program("khonggiay-server"), "--data", s.serverData())
	if err != nil {
		return err
	}
	err = s.until(ctx, p, func(ctx context.Context) (bool, error) {
		var st server.Status
		err := s.control(ctx, "status", struct{}{}, &st)
		return err == nil && st.Running, err
	})
	if err != nil {
		return err
	}
	return s.accounts(ctx)
}

func (s *stand) program(name string) string {
	if strings.HasSuffix(os.Args[0], ".exe") {
		name += ".exe"
	}
	return filepath.Join(s.Bin, name)
}

// control asks the running server what its operator may ask.
func (s *stand) control(ctx context.Context, op string, args, out any) error {
	c, err := server.Dial(ctx, s.serverData())
	if err != nil {
		return err
	}
	return errors.Join(c.Do(ctx, op, args, out), c.Close())
}

// until tries again and again until ready says so, the program ends, or too
// much time has gone.
func (s *stand) until(ctx context.Context, p *process, ready func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		ok, err := ready(ctx)
		if ok {
			return nil
		}
		if err != nil {
			last = err
		}
		select {
		case <-tick.C:
		case <-p.gone:
			return p.failure()
		case <-ctx.Done():
			return fmt.Errorf("demo: %s: %w: %w", p.name, context.Cause(ctx), last)
		}
	}
}

// accounts gives the people of the story accounts on the server, once.
func (s *stand) accounts(ctx context.Context) error {
	for _, part := range s.prov.Cast() {
		if slices.ContainsFunc(s.state.Accounts, func(a account) bool { return a.Key == part.Key }) {
			continue
		}
		name, _, _ := strings.Cut(part.Person.Email, "@")
		var made server.AccountMade
		err := s.control(ctx, "account.add", server.AccountRequest{Account: name, Person: part.Person.ID}, &made)
		if err != nil {
			return fmt.Errorf("demo: account of %s: %w", part.Key, err)
		}
		s.state.Accounts = append(s.state.Accounts, account{Key: part.Key, Account: made.Account, Password: made.Password})
	}
	return s.state.write(s.Dir)
}

// code makes a one-time enrolment code for somebody of the story.
func (s *stand) code(ctx context.Context, part demo.Part) (*enrol.Invitation, error) {
	inv := &enrol.Invitation{}
	err := s.control(ctx, "code.make", server.PersonRequest{Person: part.Person.ID}, inv)
	return inv, err
}
