export const TARGET: string;
export function libraries(): { name: string; version: string; licence: string }[];
export function text(): string;
