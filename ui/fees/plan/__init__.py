"""The steps 项目库 and 收费方案."""
