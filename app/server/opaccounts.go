package server

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// AccountInfo is an account without its password's hash.
type AccountInfo struct {
	Account string   `json:"account"`
	Person  app.ID   `json:"person"`
	Name    string   `json:"name"`
	Changed app.Time `json:"changed"`
	Closed  app.Time `json:"closed,omitempty"`
}

func (s *Server) opAccounts(ctx context.Context, _ nothing) ([]AccountInfo, error) {
	out := []AccountInfo{}
	err := s.store.Read(ctx, func(v *sqlite.View) error {
		accounts, err := v.Accounts()
		for _, a := range accounts {
			info := AccountInfo{Account: a.Name, Person: a.Person, Changed: a.Changed, Closed: a.Closed}
			if p := v.Directory().Person(a.Person); p != nil {
				info.Name = p.Name
			}
			out = append(out, info)
		}
		return err
	})
	return out, err
}

// AccountRequest names an account. A password that is not given is made up.
type AccountRequest struct {
	Account  string `json:"account"`
	Person   app.ID `json:"person,omitempty"`
	Password string `json:"password,omitempty"`
}

// AccountMade tells the password when it was made up.
type AccountMade struct {
	Account  string `json:"account"`
	Person   app.ID `json:"person"`
	Password string `json:"password,omitempty"`
}

func (s *Server) opAddAccount(ctx context.Context, r AccountRequest) (AccountMade, error) {
	name, err := AccountName(r.Account)
	if err != nil {
		return AccountMade{}, err
	}
	if p := s.store.Directory().Person(r.Person); p == nil || p.Closed {
		return AccountMade{}, app.Refuse(app.NotFound, "person.not_found").With("person", r.Person)
	}
	if err := s.accountFree(ctx, name, r.Person); err != nil {
		return AccountMade{}, err
	}
	return s.givePassword(ctx, sqlite.Account{Name: name, Person: r.Person}, r.Password)
}

// accountFree makes sure that nobody has the name and the person has no account.
func (s *Server) accountFree(ctx context.Context, name string, person app.ID) error {
	return s.store.Read(ctx, func(v *sqlite.View) error {
		if _, err := v.Account(name); err == nil {
			return app.Refuse(app.Conflict, "account.taken").With("account", name)
		} else if !errors.Is(err, app.ErrNotFound) {
			return err
		}
		a, err := v.AccountOf(person)
		if err == nil {
			return app.Refuse(app.Conflict, "account.person_has_one").With("account", a.Name)
		}
		if errors.Is(err, app.ErrNotFound) {
			return nil
		}
		return err
	})
}

func (s *Server) opPassword(ctx context.Context, r AccountRequest) (AccountMade, error) {
	account, err := s.account(ctx, r.Account)
	if err != nil {
		return AccountMade{}, err
	}
	return s.givePassword(ctx, account, r.Password)
}

func (s *Server) account(ctx context.Context, text string) (account sqlite.Account, err error) {
	name, err := AccountName(text)
	if err != nil {
		return account, err
	}
	err = s.store.Read(ctx, func(v *sqlite.View) (err error) {
		account, err = v.Account(name)
		return err
	})
	return account, err
}

func (s *Server) givePassword(ctx context.Context, account sqlite.Account, password string) (AccountMade, error) {
	made := AccountMade{Account: account.Name, Person: account.Person}
	if password == "" {
		password = madeUpPassword()
		made.Password = password
	}
	return made, s.accounts.setPassword(ctx, account, password, Operator)
}

// madeUpPassword has 80 bits in four groups that can be read out.
func madeUpPassword() string {
	t := strings.ToLower(rand.Text()[:16])
	return t[:4] + "-" + t[4:8] + "-" + t[8:12] + "-" + t[12:]
}

func (s *Server) opCloseAccount(ctx context.Context, r AccountRequest) (nothing, error) {
	account, err := s.account(ctx, r.Account)
	if err != nil {
		return nothing{}, err
	}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		account.Closed = s.store.Now()
		if err := tx.PutAccount(account); err != nil {
			return err
		}
		if _, err := tx.EndSessions(account.Name, app.Hash{}); err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "account.close", Actor: Operator, Object: account.Name})
	})
	s.cutScreens(account.Person)
	return nothing{}, err
}
