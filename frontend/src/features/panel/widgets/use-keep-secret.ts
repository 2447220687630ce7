import { useEditorActions, useEditorStore } from "@/features/canvas/store";
import { referenceText } from "@/features/prompt/reference";
import { useNodeForm } from "../form/form-context";
import { freeSecretName } from "./http-authorization";

/** Keeps a key as a secret environment variable of the flow, and gives the reference to it. */
export function useKeepSecret(): (key: string) => string {
  const { node } = useNodeForm();
  const actions = useEditorActions();
  const store = useEditorStore();
  return (key) => {
    const variables = store.getState().document.environment_variables ?? [];
    const name = freeSecretName(node.data.title, new Set(variables.map((one) => String(one.name))));
    actions.edit(
      { key: "editNode", params: { title: node.data.title } },
      (draft) => {
        draft.environment_variables = [
          ...variables,
          { id: crypto.randomUUID(), name, value: key, value_type: "secret", description: node.data.title },
        ];
      },
      // Undone together with the key's place in the node.
      { mergeKey: `${node.id}:authorization` },
    );
    return referenceText(["env", name]);
  };
}
