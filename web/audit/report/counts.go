package report

// Counts are how many findings there are of each sort. Each finding is counted once.
type Counts struct {
	Errors   int // that count
	Warnings int // that count
	Remarks  int // which never count
	Known    int // in the baseline
	Waived   int // whether in the baseline or not
}

// Count counts the findings.
func (r *Report) Count() Counts {
	var c Counts
	for _, f := range r.Findings {
		switch {
		case f.Waived != nil:
			c.Waived++
		case f.Known:
			c.Known++
		case f.Severity == Remark:
			c.Remarks++
		case f.Severity == Warning:
			c.Warnings++
		default:
			c.Errors++
		}
	}
	return c
}

// OtherHosts returns how many hosts of other sites a journey's requests went to.
func (j *Journey) OtherHosts() int {
	hosts := map[string]bool{}
	for _, request := range j.Requests {
		if request.ThirdParty {
			hosts[request.Host] = true
		}
	}
	return len(hosts)
}

// Addresses returns how many pages a journey visited. The page on which the banner was answered is
// visited twice, and counts once.
func (j *Journey) Addresses() int {
	pages := map[string]bool{}
	for _, page := range j.Pages {
		pages[page.URL] = true
	}
	return len(pages)
}
