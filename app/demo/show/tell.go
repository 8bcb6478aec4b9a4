package show

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"khonggiay/app"
	"khonggiay/app/demo"
)

// Report is what a program that started the demonstration gets, as one line.
type Report struct {
	Server   string          `json:"server"` // host:port
	Data     string          `json:"data"`   // the server's data folder
	Laptops  []ReportLaptop  `json:"laptops"`
	Accounts []ReportAccount `json:"accounts"`
	Offices  []ReportOffice  `json:"offices"`
}

// ReportLaptop is one running laptop. Code is a fresh enrolment code for the one
// that is nobody's.
type ReportLaptop struct {
	Key    string `json:"key"`
	URL    string `json:"url"`
	Link   string `json:"link"` // lets its opener in
	Person app.ID `json:"person,omitempty"`
	Name   string `json:"name,omitempty"`
	Office app.ID `json:"office,omitempty"`
	Code   string `json:"code,omitempty"`
	PID    int    `json:"pid"` // so that a test can pull the plug
}

// ReportAccount is one account on the server.
type ReportAccount struct {
	Key      string `json:"key"`
	Person   app.ID `json:"person"`
	Name     string `json:"name"`
	Account  string `json:"account"`
	Password string `json:"password"`
}

// ReportOffice is one office.
type ReportOffice struct {
	ID    app.ID `json:"id"`
	Name  string `json:"name"`
	Short string `json:"short"`
}

func (s *stand) tell() error {
	if s.JSON {
		r, err := s.report(context.Background())
		if err != nil {
			return err
		}
		return json.NewEncoder(s.Out).Encode(r)
	}
	s.guide()
	return nil
}

func (s *stand) report(ctx context.Context) (*Report, error) {
	r := &Report{Server: fmt.Sprintf("127.0.0.1:%d", s.state.Port), Data: s.serverData()}
	for _, key := range s.keys() {
		l := s.state.laptop(key)
		out := ReportLaptop{Key: key, URL: l.url(), Link: l.link(), PID: l.PID}
		if key == unowned {
			inv, err := s.code(ctx, s.prov.Part("head"))
			if err != nil {
				return nil, err
			}
			out.Code = inv.Code
			out.Person, out.Name, out.Office = inv.Person, inv.PersonName, inv.Office
		} else {
			part := s.prov.Part(key)
			out.Person, out.Name, out.Office = part.Person.ID, part.Person.Name, part.Office.Unit.ID
		}
		r.Laptops = append(r.Laptops, out)
	}
	for _, a := range s.state.Accounts {
		part := s.prov.Part(a.Key)
		r.Accounts = append(r.Accounts, ReportAccount{a.Key, part.Person.ID, part.Person.Name, a.Account, a.Password})
	}
	for _, o := range s.prov.Offices() {
		r.Offices = append(r.Offices, ReportOffice{o.Unit.ID, o.Unit.Name, o.Unit.Short})
	}
	return r, nil
}

// guide prints addresses, accounts and the first sixty seconds.
func (s *stand) guide() {
	w := s.words
	fmt.Fprintf(s.Out, "\n%s\n\n", w.ready)
	rows := [][]string{{w.role, w.person, w.address}}
	for _, key := range laptopKeys {
		part := s.prov.Part(key)
		rows = append(rows, []string{label(part, s.English), part.Person.Name + ", " + part.Office.Unit.Short, s.state.laptop(key).link()})
	}
	s.table(rows)
	fmt.Fprintf(s.Out, "\n%s https://127.0.0.1:%d\n\n", w.accounts, s.state.Port)
	rows = [][]string{{w.role, w.person, w.account, w.password}}
	for _, a := range s.state.Accounts {
		part := s.prov.Part(a.Key)
		rows = append(rows, []string{label(part, s.English), part.Person.Name + ", " + part.Office.Unit.Short, a.Account, a.Password})
	}
	s.table(rows)
	fmt.Fprintf(s.Out, "\n%s %s\n", w.keys, KeyPassword)
	fmt.Fprintf(s.Out, "\n%s\n", w.guide)
}

func label(p demo.Part, english bool) string {
	if english {
		return p.Name
	}
	return p.Label
}

// table prints rows in columns, the first row underlined.
func (s *stand) table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, row := range rows {
		line := " "
		for i, cell := range row {
			line += " " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+1)
		}
		fmt.Fprintln(s.Out, strings.TrimRight(line, " "))
		if n == 0 {
			fmt.Fprintln(s.Out, "  "+strings.Repeat("─", utf8.RuneCountInString(line)-2))
		}
	}
}
