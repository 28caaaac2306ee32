import { run } from "vanilla-cookieconsent";

enum Category {
  Needed = "necessary",
  Audience = "audience",
  Video = "video",
}

const DAYS = { month: 30.5, year: 365 } as const;
const prefix = (name: string) => new RegExp(`^${name}`);

interface Texts {
  title: string;
  yes: string;
  no: string;
  more: string;
}

function notice({ title, yes, no, more }: Texts) {
  return { title, description: `${title} : votre accord est demandé.`, acceptAllBtn: yes, acceptNecessaryBtn: no, showPreferencesBtn: more };
}

const section = (linkedCategory: Category, title: string, description?: string) => ({ linkedCategory, title, description });

run({
  cookie: { name: "accord", expiresAfterDays: 6 * DAYS.month },
  categories: {
    [Category.Needed]: { enabled: true, readOnly: true },
    [Category.Audience]: {
      autoClear: { cookies: [{ name: prefix("_pk_id") }, { name: prefix("_pk_ses") }] },
      services: { matomo: { label: "Matomo" } },
    },
    [Category.Video]: { services: { youtube: { label: "YouTube" }, vimeo: { label: "Vimeo" } } },
  } satisfies Record<Category, unknown>,
  language: {
    default: "fr",
    translations: {
      fr: {
        consentModal: notice({ title: "Cookies de la ville", yes: "Tout accepter", no: "Tout refuser", more: "Personnaliser" }),
        preferencesModal: {
          title: "Mes choix",
          acceptAllBtn: "Tout accepter",
          acceptNecessaryBtn: "Tout refuser",
          savePreferencesBtn: "Enregistrer",
          sections: [
            section(Category.Needed, "Indispensables"),
            section(Category.Audience, "Mesure d'audience", "Compter les visites, sans suivre personne."),
            section(Category.Video, "Vidéos", "Voir les vidéos du conseil municipal."),
          ],
        },
      },
    },
  },
});
