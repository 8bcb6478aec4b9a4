package show

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"khonggiay/app/api"
	"khonggiay/app/demo"
	"khonggiay/app/demo/page"
)

func (s *stand) laptopData(key string) string { return filepath.Join(s.Dir, laptopsDir, key) }

// url is where the laptop's interface is.
func (l *laptop) url() string { return fmt.Sprintf("http://127.0.0.1:%d", l.Port) }

// link is the address that lets its opener in, any number of times.
func (l *laptop) link() string { return l.url() + "/?ticket=" + l.Ticket }

// roleSwitch is the file that --demo of the laptop program reads (app/desktop).
type roleSwitch struct {
	Roles []role `json:"roles"`
	Me    int    `json:"me"`
}

type role struct {
	Label  string `json:"label"`
	Person string `json:"person"`
	Unit   string `json:"unit"`
	URL    string `json:"url"`
	Ticket string `json:"ticket"`
}

// roles is what the banner's switch offers on every laptop.
func (s *stand) roles() []role {
	var roles []role
	for _, key := range laptopKeys {
		part, l := s.prov.Part(key), s.state.laptop(key)
		roles = append(roles, role{
			Label: part.Label, Person: part.Person.Name, Unit: part.Office.Unit.Short, URL: l.url(), Ticket: l.Ticket,
		})
	}
	if s.JSON {
		l := s.state.laptop(unowned)
		roles = append(roles, role{Label: "Máy mới", URL: l.url(), Ticket: l.Ticket})
	}
	return roles
}

// startLaptops starts them all at once and waits until each has what its
// person may see.
func (s *stand) startLaptops(ctx context.Context) error {
	s.say(s.words.startLaptops, len(s.keys()))
	roles := s.roles()
	errs := make([]error, len(roles))
	var all sync.WaitGroup
	for i, key := range s.keys() {
		all.Go(func() { errs[i] = s.startLaptop(ctx, key, i, roles) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func (s *stand) startLaptop(ctx context.Context, key string, me int, roles []role) error {
	data := s.laptopData(key)
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := s.readdress(data); err != nil {
		return err
	}
	if err := s.giveKeys(key); err != nil {
		return err
	}
	config := filepath.Join(s.Dir, laptopsDir, key+".json")
	if err := writeJSON(config, roleSwitch{Roles: roles, Me: me}); err != nil {
		return err
	}
	l := s.state.laptop(key)
	args := []string{"--data", data, "--listen", strings.TrimPrefix(l.url(), "http://"), "--demo", config}
	if me > 0 || s.NoOpen {
		args = append(args, "--browser", "--quiet")
	}
	p, err := s.procs.run("khonggiay ("+key+")", filepath.Join(s.Dir, laptopsDir, key+".log"), s.program("khonggiay"), args...)
	if err != nil {
		return err
	}
	l.PID = p.cmd.Process.Pid
	return s.settle(ctx, p, l)
}

// settle lets ourselves in, enrols the laptop where it is nobody's, and waits
// for its first load and for the content that goes with it.
func (s *stand) settle(ctx context.Context, p *process, l *laptop) error {
	c, err := page.New(l.link())
	if err != nil {
		return err
	}
	var session api.Session
	err = s.until(ctx, p, func(ctx context.Context) (bool, error) {
		if err := c.Enter(ctx); err != nil {
			return false, err
		}
		err := c.Get(ctx, "/api/session", &session)
		return err == nil, err
	})
	if err != nil || l.Key == unowned {
		return err
	}
	if session.NeedsEnrolment {
		if err := s.enrol(ctx, c, s.prov.Part(l.Key)); err != nil {
			return err
		}
	}
	return s.until(ctx, p, func(ctx context.Context) (bool, error) {
		var st api.SyncStatus
		err := c.Get(ctx, "/api/sync", &st)
		return err == nil && st.FirstLoadComplete && len(st.Downloads) == 0, err
	})
}

func (s *stand) enrol(ctx context.Context, c *page.Client, part demo.Part) error {
	inv, err := s.code(ctx, part)
	if err != nil {
		return fmt.Errorf("demo: code for %s: %w", part.Key, err)
	}
	file, err := inv.Encode()
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := c.Post(ctx, "/api/enrol", map[string]any{"invitation": json.RawMessage(file)}, nil); err != nil {
		return fmt.Errorf("demo: enrolment of %s: %w", part.Key, err)
	}
	s.say(s.words.enrolled, label(part, s.English), part.Person.Name)
	return nil
}
