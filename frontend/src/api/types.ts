/**
 * Shapes of the console API (`/api`). They come from `schema.d.ts`, which `make docs` generates from the backend's OpenAPI file.
 *
 * Written by hand are only documents that the API passes on without a schema of its own: flows (`FlowDocument`, as in app
 * files), the events of a run (`RunEvent`, see workers/engine/events.py) and what the WebSocket sends (`LiveFrame`).
 */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
/** `T` with some of its fields described more closely. */
type Refine<T, Fields> = Omit<T, keyof Fields> & Fields;

export type Id = string;
export type IsoTime = string;

export type ApiErrorBody = Schemas["ErrorBody"];
export type Page<T> = Refine<Schemas["AppPage"], { results: T[] }>;

/* setup and account */
export type Setup = Schemas["SetupOutput"];
export type NewInstallation = Schemas["SetupInputRequest"];
export type Me = Schemas["Me"];
export type MeChange = Schemas["PatchedMeInputRequest"];
export type Capability = Schemas["MePlace"]["capabilities"][number];
export type Member = Schemas["MemberListOutput"];
/** `key` is set only in the answer to its creation. */
export type ApiKey = Schemas["KeyOutput"] & Partial<Schemas["NewKeyOutput"]>;
export type RoleRights = Schemas["RoleListOutput"];
export type NewToken = Schemas["TokenListInputRequest"];

/* the workspace at a glance */
/** Work that takes long: what runs, what failed or ended lately. */
export type LongWork = Schemas["WorkListOutput"];
export type HomeNumbers = Schemas["HomeOutput"];
export type RunBrief = Schemas["HomeOutputBrief"];
export type AppWeek = Schemas["AppWeekListOutput"];
/** Something that the command bar found by its name. */
export type Find = Schemas["FindOutput"];

/* models */
export type ModelType = Model["type"];
export type ProviderField = Schemas["ProviderListOutputField"];
export type Provider = Schemas["ProviderListOutput"];
export type Credential = Schemas["CredentialOutput"];
export type NewCredential = Schemas["CredentialListInputRequest"];
export type CredentialChange = Schemas["PatchedCredentialInputRequest"];
/** Prices in USD per million tokens; null: unknown. */
export type Model = Schemas["ModelOutput"];
export type ModelChange = Schemas["PatchedModelInputRequest"];
export type DefaultModel = Schemas["DefaultOutput"];
/** Short work done by a worker. */
export type Job = Schemas["JobOutput"];
export type CredentialTest = Schemas["CredentialTestOutputResult"];
export type CredentialTestInput = Schemas["CredentialTestInputRequest"];

/* knowledge */
export type Dataset = Schemas["DatasetOutput"];
export type DatasetUse = Schemas["DatasetUseListOutput"];
export type DatasetApp = Schemas["DatasetAppsOutput"];
export type NewDataset = Schemas["DatasetListInputRequest"];
export type DatasetChange = Schemas["PatchedDatasetInputRequest"];
export type DocForm = Schemas["DocumentOutput"]["doc_form"];
export type KnowledgeDocument = Schemas["DocumentOutput"];
export type DocumentState = KnowledgeDocument["state"];
export type DocumentAction = Schemas["DocumentActionInputRequest"]["action"];
export type NewDocuments = Schemas["DocumentListInputRequest"];
export type DocumentReplacement = Schemas["DocumentReplaceInputRequest"];
export type Segment = Schemas["SegmentOutput"];
export type SegmentChange = Schemas["PatchedSegmentInputRequest"];
export type ChildChunk = Schemas["ChildOutput"];
export type MetadataField = Schemas["FieldOutput"];
export type DatasetTag = Schemas["TagOutput"];
export type DatasetKey = Schemas["DatasetKeyOutput"];
export type RecentQuery = Schemas["RecentQueryOutput"];
export type TestSet = Schemas["TestSetOutput"];
export type TestQuestion = Schemas["TestQuestionOutput"];
export type TestResult = Schemas["TestResultOutput"];
export type PreviewRequest = Schemas["PreviewInputRequest"];
export type StoredFile = Schemas["FileOutput"];

/* apps */
export type AppMode = App["mode"];
export type App = Schemas["AppOutput"];
export type AppTag = Schemas["AppTagListOutput"];
export type NewApp = Schemas["AppListInputRequest"];
export type AppChange = Schemas["PatchedAppInputRequest"];
export type ImportReportLine = Schemas["ReportLineOutput"];
export type ImportResult = Schemas["AppImportOutput"];
export type Missing = Schemas["MissingOutput"];
export type MissingList = Schemas["AppMissingOutput"];
export type Rebinding = Schemas["AppRebindInputRequest"];
export type Rebound = Schemas["AppRebindOutput"];
export type ModelName = Schemas["ModelNameRequest"];
export type Template = Refine<Schemas["TemplateListOutput"], { document: FlowDocument }>;
export interface FlowNode {
  id: string;
  type?: string;
  position: { x: number; y: number };
  width?: number;
  height?: number;
  parentId?: string;
  data: { type: string; title: string; desc?: string; [key: string]: unknown };
  [key: string]: unknown;
}
export interface FlowEdge {
  id: string;
  source: string;
  target: string;
  sourceHandle?: string;
  targetHandle?: string;
  type?: string;
  data?: Record<string, unknown>;
  [key: string]: unknown;
}
export interface FlowDocument {
  graph: { nodes: FlowNode[]; edges: FlowEdge[]; viewport?: { x: number; y: number; zoom: number } };
  features?: Record<string, unknown>;
  environment_variables?: Record<string, unknown>[];
  conversation_variables?: Record<string, unknown>[];
  [key: string]: unknown;
}
/** `field` is a dotted path inside the node's `data`, e.g. "cases.0.conditions.1.value". Text comes from i18n key `problem.<code>` with `params`. */
export type Problem = Schemas["ProblemOutput"];
export type Draft = Refine<Schemas["DraftOutput"], { document: FlowDocument }>;
export type DraftChange = Refine<Schemas["DraftInputRequest"], { document: FlowDocument }>;
/** `document` is set only where one version is asked for. */
export type Version = Schemas["VersionOutput"] & { document?: FlowDocument };
export type VersionChange = Schemas["PatchedVersionInputRequest"];
/** What a version changed against the one before it, in few words. */
export type VersionChanges = Schemas["VersionChangesOutput"];
export type NewVersion = Schemas["VersionListInputRequest"];
/** One node type: everything the canvas needs. Labels: {en, "zh-Hans"}. */
export type NodeType = Schemas["NodeTypeListOutput"];

/* what is published */
export type Site = Schemas["SiteOutput"];
export type SiteChange = Schemas["PatchedAppSiteInputRequest"];
export type SiteTexts = Schemas["SiteTexts"];
export type AppLimits = Schemas["AppLimitsOutput"];
export type AppLimitsChange = Schemas["PatchedAppLimitsInputRequest"];
export type Webhook = Schemas["WebhookOutput"];
export type WebhookDelivery = Schemas["DeliveryOutput"];

/* logs and numbers */
export type ConversationRow = Schemas["ConversationRowOutput"];
export type ConversationLog = Schemas["ConversationOutput"];
export type Asker = Schemas["AskerOutput"];
export type Turn = Schemas["TurnOutput"];
export type AnswerRating = Schemas["FeedbackOutput"];
export type Annotation = Schemas["AnnotationOutput"];
export type AnnotationHit = Schemas["AnnotationHitListOutput"];
export type AnnotationSettings = Schemas["AnnotationSettingsOutput"];
export type AnnotationSettingsChange = Schemas["AnnotationSettingsInputRequest"];
export type AnnotationImport = Schemas["AnnotationImportOutput"];
/** What the job «annotations.match» answers: the nearest first; a `hit` is what the app would answer with. */
export interface AnnotationMatches {
  threshold: number;
  model: string;
  matches: { id: Id; question: string; answer: string; score: number; hit: boolean }[];
}
/** A test set; its cases are inputs with the answer that is expected. */
export type EvalSet = Schemas["EvalSetOutput"];
export type EvalCase = Schemas["EvalCaseOutput"];
export type Overview = Schemas["OverviewOutput"];
export type OverviewPoint = Schemas["OverviewOutputPoint"];
export type OverviewNumbers = Schemas["Numbers"];

/* runs */
export type RunState = Run["state"];
export type Run = Schemas["RunOutput"];
/** What people are asked while a run waits; `inputs` are the fields as in the node's settings. */
export type HumanForm = Schemas["FormOutput"];
export type NewRun = Schemas["RunListInputRequest"];
/** A part of a flow to run, the answer to that, and what one step needs to run alone. */
export type NewPartRun = Schemas["PartRunInputRequest"];
export type ConversationVariables = Schemas["ConversationVariablesOutput"];
export type ContinueRun = Schemas["RunContinueInputRequest"];
export type PartRun = Schemas["PartRunOutput"];
export type NodeNeeds = Schemas["NeedsOutput"];
/** `events` is the whole log as far as it is kept; `document` the version's flow. */
export type RunFailures = Schemas["FailureListOutput"];
export type RunDetail = Refine<Schemas["RunDetailOutput"], { document: FlowDocument; events: RunEvent[] }>;
/** See workers/engine/events.py: the fields follow `type`, `seq`, `at`. */
export interface RunEvent {
  type:
    | "run_started"
    | "node_started"
    | "node_delta"
    | "reasoning_delta"
    | "answer_delta"
    | "answer_replaced"
    | "node_retried"
    | "node_finished"
    | "node_kept"
    | "iteration_started"
    | "iteration_next"
    | "iteration_finished"
    | "loop_started"
    | "loop_next"
    | "loop_finished"
    | "human_input_required"
    | "human_input_form_filled"
    | "human_input_form_timeout"
    | "run_paused"
    | "run_finished";
  seq: number;
  at: number;
  [key: string]: unknown;
}
/** WebSocket `/ws`: send {action:"subscribe"|"unsubscribe", stream:"run:<id>", after:"0-0"}; get {stream, events:[{cursor, event}]} or {stream, error}. */
export interface LiveFrame {
  stream: string;
  events?: { cursor: string; event: RunEvent }[];
  error?: ApiErrorBody;
  change?: { kind: string; id: Id; [key: string]: unknown };
}
