package app

// Overdue is always derived, never stored: a document does not change when the
// clock does.

// DueIn is the last day of the task: its extension, or the directive's.
func (t Task) DueIn(d Directive) Date {
	if t.Due != 0 {
		return t.Due
	}
	return d.Due
}

// Open reports whether the receiver still has something to do.
func (t Task) Open() bool {
	return t.Role != ForNotice && t.State != TaskDone && t.State != TaskReturned
}

// Overdue reports whether the document's deadline has passed while it is open.
func (d *Document) Overdue(now Time) bool {
	return d.DueDate != 0 && d.Finished == 0 && d.Open() && now.Date() > d.DueDate
}

// DaysLeft counts the working days from the day of now to the deadline:
// negative when it has passed.
func (d *Directory) DaysLeft(due Date, now Time) int { return d.WorkingDaysBetween(now.Date(), due) }
