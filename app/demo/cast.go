package demo

import "khonggiay/app"

// Part is somebody of the story, with a laptop or an account.
type Part struct {
	Key    string // "chairman"
	Label  string // in Vietnamese, as the switch of roles shows it
	Name   string // in English
	Person *app.Person
	Office *Office
}

// Keys of the parts that have laptops, in the order of the switch.
const (
	Chairman        = "chairman"
	CommuneClerk    = "commune-clerk"
	DepartmentClerk = "department-clerk"
	Officer         = "officer"
)

// Cast are the people of the story: the first four have laptops.
func (p *Province) Cast() []Part {
	xa, so := p.Communes[0], p.Departments[0]
	return []Part{
		{Chairman, "Chủ tịch UBND xã", "Chairman of the commune", xa.Leader, xa},
		{CommuneClerk, "Văn thư xã", "Clerk of the commune", xa.Clerk, xa},
		{DepartmentClerk, "Văn thư Sở", "Clerk of the department", so.Clerk, so},
		{Officer, "Chuyên viên xã", "Officer of the commune", p.officer(), xa},
		{"deputy", "Phó chủ tịch UBND xã", "Deputy chairman", xa.Deputies[0], xa},
		{"head", "Trưởng phòng", "Head of the division", xa.Divisions[1].Head, xa},
		{"director", "Phó giám đốc Sở", "Deputy director of the department", so.Deputies[0], so},
		{"province-clerk", "Văn thư UBND tỉnh", "Clerk of the province", p.Top.Clerk, p.Top},
		{"admin", "Quản trị xã", "Administrator of the commune", xa.Admin, xa},
	}
}

// Part finds one by its key.
func (p *Province) Part(key string) Part {
	for _, c := range p.Cast() {
		if c.Key == key {
			return c
		}
	}
	panic("demo: no part " + key) // keys are constants of this package
}

// officer handles agriculture and building in the commune.
func (p *Province) officer() *app.Person { return p.Communes[0].Divisions[1].Officers[0] }

// department finds one by its unit, or takes the first in a small province.
func (p *Province) department(id app.ID) *Office {
	for _, d := range p.Departments {
		if d.Unit.ID == id {
			return d
		}
	}
	return p.Departments[0]
}
