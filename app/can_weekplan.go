package app

import "slices"

// weekClause allows an action on a week's work calendar to those who draft it,
// or only to those who approve it, in some states.
type weekClause struct {
	approver bool
	in       []PlanState
}

// weekPolicy says who may do what to a week's work calendar in which state. A
// drafter's change of an approved plan makes it a draft again; while a plan is
// with the approver, only he changes it.
var weekPolicy = map[Action][]weekClause{
	"week.edit":      {{false, []PlanState{"", PlanDraft, PlanApproved, PlanPublished}}, {true, []PlanState{PlanPending}}},
	"week.submit":    {{false, []PlanState{PlanDraft}}},
	"week.approve":   {{true, []PlanState{PlanDraft, PlanPending}}},
	"week.send_back": {{true, []PlanState{PlanPending, PlanApproved}}},
	"week.publish":   {{false, []PlanState{PlanApproved}}},
}

// WeekActions are the actions on a week's work calendar, sorted.
func WeekActions() []Action { return sortedKeys(weekPolicy) }

// canWeek answers about a week's work calendar.
func canWeek(a *Actor, act Action, w *WeekPlan) Decision {
	clauses, known := weekPolicy[act]
	if !known {
		return Decision{Action: act, Reason: "can.unknown_action"}
	}
	drafts, isDrafter := a.inOffice(w.Unit, RoleClerk, RoleHead, RoleLeader, RoleDeputy)
	approves, isApprover := a.role(w.Unit, RoleLeader, RoleDeputy)
	if !isDrafter {
		return Decision{Action: act, Reason: "can.needs_week_drafter"}
	}
	reason := "can.wrong_state"
	for _, c := range clauses {
		switch in := slices.Contains(c.in, w.State); {
		case in && c.approver && isApprover:
			return Decision{Action: act, Allow: true, Reason: "can.as_week_approver", Grant: approves}
		case in && !c.approver:
			return Decision{Action: act, Allow: true, Reason: "can.as_week_drafter", Grant: drafts}
		case in:
			reason = "can.needs_week_approver"
		}
	}
	return Decision{Action: act, Reason: reason}
}

// inOffice finds a grant of one of the roles anywhere in the office.
func (a *Actor) inOffice(office ID, roles ...Role) (Grant, bool) {
	for _, g := range a.Grants {
		if office != "" && g.Office == office && slices.Contains(roles, g.Role) {
			return g, true
		}
	}
	return Grant{}, false
}
