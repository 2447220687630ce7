import { useNavigate } from "@tanstack/react-router";
import type { Template } from "@/api/types";
import { useCreateApp } from "@/features/apps/app-mutations";
import { useLanguage, useLocalized } from "@/lib/use-language";

/** The sample belongs to this window's first visit of the app; the editor reads it when it opens. */
function keepSample(appId: string, template: Template): void {
  try {
    sessionStorage.setItem(`tidemill.sample.${appId}`, JSON.stringify({ inputs: template.sample_inputs, query: template.sample_query }));
  } catch {
    // Without storage the form starts empty.
  }
}

/** Makes an app from a template and opens it, with its sample input filled in. */
export function useStartFromTemplate() {
  const localized = useLocalized();
  const language = useLanguage();
  const navigate = useNavigate();
  const create = useCreateApp();
  return {
    error: create.error,
    /** Id of the template being turned into an app. */
    busy: create.isPending ? create.variables.template : undefined,
    start: (template: Template) =>
      create.mutate(
        {
          name: localized(template.name),
          description: localized(template.description),
          mode: template.mode,
          template: template.id,
          language,
        },
        {
          onSuccess: (app) => {
            keepSample(app.id, template);
            void navigate({ to: "/app/$appId/canvas", params: { appId: app.id }, search: { welcome: template.id } });
          },
        },
      ),
  };
}
