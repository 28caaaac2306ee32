package check

import "charte/catalogue"

func (v *validator) category(path string, category *catalogue.Category) {
	label := labelOf("category", category.ID, path)
	if v.id(path, label, category.ID) {
		if v.categories[category.ID] != nil {
			v.add(path+".id", "%s: the id is declared twice", label)
		} else {
			v.categories[category.ID] = category
		}
	}
	v.text(path+".name", label+": name", category.Name, nameBytes, required)
	v.text(path+".summary", label+": summary", category.Summary, summaryBytes, required)
	v.text(path+".description", label+": description", category.Description, descriptionBytes, required)
	v.text(path+".tableTitle", label+": tableTitle", category.TableTitle, nameBytes, optional)
	if category.Sale && category.Necessary {
		v.add(path+".sale", "%s: what is necessary can be no sale; remove one of the two", label)
	}
	v.signals(path+".signals", label, category.Signals)
}

func (v *validator) provider(path string, provider *catalogue.Provider) {
	label := labelOf("provider", provider.ID, path)
	if v.id(path, label, provider.ID) {
		if v.providers[provider.ID] != nil {
			v.add(path+".id", "%s: the id is declared twice", label)
		} else {
			v.providers[provider.ID] = provider
		}
	}
	v.line(path+".name", label+": name", provider.Name, nameBytes)
	v.address(path+".policyURL", label+": policyURL", provider.PolicyURL)
	if provider.PolicyURL == "" && !provider.FirstParty {
		v.add(path+".policyURL", "%s: policyURL is missing; visitors must be able to read the privacy policy of every third party", label)
	}
}

func (v *validator) service(path string, service *catalogue.Service) {
	label := labelOf("service", service.ID, path)
	if v.id(path, label, service.ID) {
		switch {
		case v.services[service.ID]:
			v.add(path+".id", "%s: the id is declared twice", label)
		case v.categories[service.ID] != nil:
			v.add(path+".id", "%s: a category has this id already; categories and services share one set, since charte.allows(id) takes either", label)
		default:
			v.services[service.ID] = true
		}
	}
	category := v.categories[service.Category]
	switch {
	case service.Category == "":
		v.add(path+".category", "%s: category is missing", label)
	case category == nil:
		v.add(path+".category", "%s: category %s is not declared", label, quote(service.Category))
	}
	provider := v.providers[service.Provider]
	switch {
	case service.Provider == "":
		v.add(path+".provider", "%s: provider is missing", label)
	case provider == nil:
		v.add(path+".provider", "%s: provider %s is not declared", label, quote(service.Provider))
	}

	v.text(path+".name", label+": name", service.Name, nameBytes, required)
	v.text(path+".location", label+": location", service.Location, nameBytes, optional)
	need := required
	if category == nil || category.Necessary {
		need = optional
	}
	v.text(path+".purpose", label+": purpose", service.Purpose, purposeBytes, need)

	if service.Exempt && category != nil && category.Necessary {
		v.add(path+".exempt", "%s: exempt has no sense in the necessary category %s; remove it", label, quote(category.ID))
	}
	if service.Exempt && provider != nil && !provider.FirstParty {
		v.add(path+".exempt", "%s: only a first party can be exempt from consent, and provider %s is a third party", label, quote(provider.ID))
	}
	if service.Sale && (service.Exempt || category != nil && category.Necessary) {
		v.add(path+".sale", "%s: what needs no consent can be no sale; remove one of the two", label)
	}
	if unit := service.Retention.Unit; unit == catalogue.UnitSession || unit == catalogue.UnitPersistent || unit == catalogue.UnitUnknown {
		v.add(path+".retention", `%s: retention is a time, such as "25 months", and %s is none`, label, unit)
	}
	v.signals(path+".signals", label, service.Signals)
	v.text(path+".placeholder", label+": placeholder", service.Placeholder, purposeBytes, optional)
	v.content(path, label, service)
	v.hosts(path+".hosts", label, service.Hosts)
	for i := range service.Cookies {
		v.cookie(at(path+".cookies", i), label, service, category, &service.Cookies[i])
	}
}

// asks is Catalogue.Asks without its search, for services of a declared category.
func (v *validator) asks(s *catalogue.Service) bool {
	return v.decided(s) && !s.Exempt
}

// decided reports whether visitors decide over the service: it asks them, or they
// may object to it.
func (v *validator) decided(s *catalogue.Service) bool {
	category := v.categories[s.Category]
	return category != nil && !category.Necessary
}
