package evaluate

import (
	"github.com/dop251/goja"

	"charte/web/importer/told"
)

// translations has the texts of a configuration noted that stand elsewhere: vanilla-cookieconsent 3 takes
// a function for them, or the address of a file. They are noted as "translations.en()", which stands in
// told for both.
func (m *machine) translations(configuration *goja.Object) {
	m.safely(func() {
		language, is := configuration.Get("language").(*goja.Object)
		if !is || m.standins[language] != nil {
			return
		}
		texts, is := language.Get("translations").(*goja.Object)
		if !is || m.standins[texts] != nil {
			return
		}
		for _, key := range texts.Keys() {
			value := texts.Get(key)
			if object, is := value.(*goja.Object); is {
				if f, callable := goja.AssertFunction(object); callable && m.standins[object] == nil {
					m.await(object, waiting{call: f, with: "event", export: told.Translations + key})
				}
				continue
			}
			if address, is := value.Export().(string); is {
				m.fetched(address, key)
			}
		}
	})
}

// fetched notes the texts in a file of the folder.
func (m *machine) fetched(address, language string) {
	name, text, found := m.served(address, m.last())
	if !found {
		return
	}
	parse, _ := goja.AssertFunction(m.vm.Get("JSON").ToObject(m.vm).Get("parse"))
	if value, err := parse(goja.Undefined(), m.vm.ToValue(text)); err == nil {
		m.name(told.Named{Name: told.Translations + language + "()", Export: true, Value: m.value(value, told.Place{File: name}), Place: told.Place{File: name}})
	}
}
