package app

import "slices"

// An assignment outlives its meeting, and who carries it out need not have been
// invited: permission is asked about the assignment itself, not about the
// meeting. Only giving one is an action on the meeting.

// assignmentRelation is a way in which an actor stands to an assignment.
type assignmentRelation struct {
	as, needs string // reasons
	has       func(*Actor, *Assignment) (Grant, bool)
}

// assignmentClause allows an action to those in a relation.
type assignmentClause struct {
	who []assignmentRelation
	in  []AssignmentState
}

// self reports whether the actor is the person himself, not under a delegation.
func (a *Actor) self(person ID) bool { return person != "" && a.Person == person && a.Delegation == "" }

var (
	relOwner = assignmentRelation{"can.as_assignment_owner", "can.needs_assignment_owner", func(a *Actor, r *Assignment) (Grant, bool) {
		if r.OwnerUnit {
			return a.role(r.Owner, RoleLeader, RoleDeputy, RoleHead)
		}
		return Grant{}, a.self(r.Owner)
	}}
	relGiver = assignmentRelation{"can.as_assignment_giver", "can.needs_assignment_giver", func(a *Actor, r *Assignment) (Grant, bool) {
		if g, ok := a.role(r.Unit, RoleLeader); ok {
			return g, true
		}
		return Grant{}, a.self(r.Giver)
	}}
	relFollower = assignmentRelation{"can.as_assignment_follower", "can.needs_assignment_follower", func(a *Actor, r *Assignment) (Grant, bool) {
		return Grant{}, a.self(r.Follower)
	}}
)

var (
	assignmentOpen  = []AssignmentState{AssignmentNew, AssignmentAccepted, AssignmentDoing, AssignmentReported}
	assignmentUnder = []AssignmentState{AssignmentNew, AssignmentAccepted, AssignmentDoing}
	givers          = []assignmentRelation{relGiver, relFollower}
)

// assignmentPolicy is the table of who may do what to an assignment in which state.
var assignmentPolicy = map[Action]assignmentClause{
	"assignment.accept":    {[]assignmentRelation{relOwner}, []AssignmentState{AssignmentNew}},
	"assignment.progress":  {[]assignmentRelation{relOwner}, []AssignmentState{AssignmentAccepted, AssignmentDoing}},
	"assignment.report":    {[]assignmentRelation{relOwner}, assignmentUnder},
	"assignment.confirm":   {givers, []AssignmentState{AssignmentReported}},
	"assignment.send_back": {givers, []AssignmentState{AssignmentReported}},
	"assignment.extend":    {givers, assignmentOpen},
	"assignment.remind":    {givers, assignmentUnder},
	"assignment.cancel":    {givers, assignmentOpen},
}

// AssignmentActions are the actions on an existing assignment, sorted.
func AssignmentActions() []Action { return sortedKeys(assignmentPolicy) }

// canAssignment: who may not see it learns nothing of its state; who may see it
// learns first that it has moved on.
func canAssignment(d *Directory, a *Actor, act Action, r *Assignment) Decision {
	deny := func(reason string) Decision { return Decision{Action: act, Reason: reason} }
	if !intersects(d.Scopes(a.Person, a.At), ScopesOf(r, d)) {
		return deny("can.not_visible")
	}
	c, ok := assignmentPolicy[act]
	if !ok {
		return deny("can.unknown_action")
	}
	if !slices.Contains(c.in, r.State) {
		return deny("can.wrong_state")
	}
	for _, rel := range c.who {
		if g, has := rel.has(a, r); has {
			return Decision{Action: act, Allow: true, Reason: rel.as, Grant: g}
		}
	}
	return deny(c.who[0].needs)
}
